//! Where the middle of the canvas is, in pixels of the window.

export function canvasCentre(): { x: number; y: number } {
  const box = document.querySelector('[data-canvas]')?.getBoundingClientRect()
  return box ? { x: box.left + box.width / 2, y: box.top + box.height / 2 } : { x: 0, y: 0 }
}
