import { useEffect, useRef, useState } from 'react'

import { nowMicros } from './time'

/** A frame is worth drawing when something moved by about half a pixel; more often than this it never is. */
const LEAST_MS = 33
const REDUCED_MS = 1_000

/**
 * The present in microseconds since 1970, renewed as often as it can be seen while `live`: on each frame in which the
 * drawing, at `scale()` pixels per microsecond, moved by half a pixel; once a second when the system asks for less motion.
 */
export function useLiveNow(live: boolean, scale: () => number): number {
  const [now, setNow] = useState(nowMicros)
  const scaleOf = useRef(scale)
  useEffect(() => {
    scaleOf.current = scale
  })

  useEffect(() => {
    if (!live) return
    const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches
    let last = nowMicros()
    let frame = 0
    const draw = () => {
      const present = nowMicros()
      const least = calm ? REDUCED_MS : Math.max(LEAST_MS, Math.min(REDUCED_MS, 0.5 / scaleOf.current() / 1000))
      if (present - last >= least * 1000) {
        last = present
        setNow(present)
      }
      frame = requestAnimationFrame(draw)
    }
    frame = requestAnimationFrame(draw)
    return () => cancelAnimationFrame(frame)
  }, [live])

  return now
}
