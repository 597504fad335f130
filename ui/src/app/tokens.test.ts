import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const css = readFileSync('src/app/tokens.css', 'utf8')

/** The colours of a theme, `#rrggbb` by token. */
function theme(name: 'dark' | 'light'): Record<string, string> {
  const block = css.split(`[data-mantine-color-scheme='${name}']`)[1]?.split('}')[0] ?? ''
  return Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((match) => [match[1], match[2]]))
}

/** WCAG 2.2, relative luminance and contrast ratio. */
function contrast(a: string, b: string): number {
  const luminance = (colour: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (light + 0.05) / (dark + 0.05)
}

for (const name of ['dark', 'light'] as const) {
  const colours = theme(name)

  test.each(['text', 'mute', 'faint', 'accent', 'ok', 'run', 'warn', 'bad', 'idle'])(`${name}: %s can be read`, (ink) => {
    for (const paper of ['bg', 'canvas', 'panel', 'raised']) {
      expect(contrast(colours[ink] ?? '', colours[paper] ?? ''), `${ink} on ${paper}`).toBeGreaterThanOrEqual(4.5)
    }
  })

  test.each(['accent-fill', 'accent-fill-hover', 'bad-fill'])(`${name}: white on %s can be read`, (paper) => {
    expect(contrast('#ffffff', colours[paper] ?? '')).toBeGreaterThanOrEqual(4.5)
  })
}

test.each(['language', 'data', 'logic', 'people', 'tools'])('the white glyph on the tile of %s can be seen', (kind) => {
  const colour = new RegExp(`--kind-${kind}: (#[0-9a-f]{6})`).exec(css)?.[1] ?? ''
  expect(contrast('#ffffff', colour)).toBeGreaterThanOrEqual(3)
})
