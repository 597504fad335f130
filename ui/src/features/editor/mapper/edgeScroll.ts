//! While something is dragged to the edge of a list that scrolls, the list scrolls on.

/** How near to the edge, and how far at a time, in pixels. */
const NEAR = 30
const STEP = 9

/** Follows the pointer by `at`; `stop` ends it. `onScroll` is told when what lies under the pointer may have changed. */
export function edgeScroll(onScroll: () => void): { at: (x: number, y: number) => void; stop: () => void } {
  let frame = 0
  let point = { x: 0, y: 0 }
  const turn = () => {
    frame = 0
    const area = scrollable(document.elementFromPoint(point.x, point.y))
    if (!area) return
    const { top, bottom } = area.getBoundingClientRect()
    const by = point.y < top + NEAR ? -STEP : point.y > bottom - NEAR ? STEP : 0
    const before = area.scrollTop
    if (by !== 0) area.scrollTop = before + by
    if (area.scrollTop === before) return
    onScroll()
    frame = requestAnimationFrame(turn)
  }
  return {
    at: (x, y) => {
      point = { x, y }
      frame ||= requestAnimationFrame(turn)
    },
    stop: () => {
      cancelAnimationFrame(frame)
      frame = 0
    },
  }
}

function scrollable(element: Element | null): Element | null {
  for (let at = element; at; at = at.parentElement) {
    if (at.scrollHeight > at.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(at).overflowY)) return at
  }
  return null
}
