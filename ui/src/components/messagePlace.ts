//! Where short messages appear: below the top bar and every banner, whose buttons stay free. At the bottom of the window they
//! would lie on the controls of the editor's panel.

/** Height of a page's top bar and the room below it, in pixels. */
const BAR = 52
const ROOM = 8
/** Part of the window's height below which they never go, however much stands above. */
const LOWEST = 0.5

/** Given the lower ends of what stands above the page, and of the banners in it. */
export function placeBelow(above: readonly number[], banners: readonly number[], height: number): number {
  const free = Math.max(0, ...above) + BAR
  return Math.round(Math.min(Math.max(free, ...banners.map((end) => end + ROOM)), height * LOWEST))
}

/** Looks at the page as it is now; elements say by `data-messages-below` that they want to stay free: `page` or `banner`. */
export function placeMessages(): void {
  const ends = (which: string) =>
    [...document.querySelectorAll(`[data-messages-below="${which}"]`)].map((element) => element.getBoundingClientRect().bottom)
  document.documentElement.style.setProperty('--messages-top', `${placeBelow(ends('page'), ends('banner'), window.innerHeight)}px`)
}
