import { expect, test } from 'vitest'

import { placeBelow } from './messagePlace'

test.each([
  ['below the top bar', [], [], 52],
  ['below the top bar that a banner over the page has moved down', [32], [], 84],
  ['below a banner of the page', [], [120], 128],
  ['never so low that nobody sees them', [], [700], 450],
])('%s', (_, above, banners, top) => {
  expect(placeBelow(above, banners, 900)).toBe(top)
})
