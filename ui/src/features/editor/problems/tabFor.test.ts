import { expect, test } from 'vitest'

import { tabFor } from './tabFor'

test.each([
  ['/mapping/customer', 'data'],
  ['/agent/output_schema', 'data'],
  ['/when', 'flow'],
  ['/loop/for_each/items', 'flow'],
  ['/policy/fallback', 'policy'],
  ['/agent/config/branches/0/when', 'config'],
  [undefined, 'config'],
])('what is wrong at %s is mended under %s', (path, tab) => expect(tabFor(path)).toBe(tab))
