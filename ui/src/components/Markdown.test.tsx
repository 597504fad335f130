import { render } from '@testing-library/react'
import { expect, test } from 'vitest'

import { Markdown } from './Markdown'

const html = (text: string) =>
  render(<Markdown text={text} />).container.firstElementChild?.innerHTML.replaceAll(/ class="[^"]*"/g, '')

test.each([
  ['**Ask Fatima** before *noon*', '<p><strong>Ask Fatima</strong> before <em>noon</em></p>'],
  ['one\ntwo\n\nthree', '<p>one\ntwo</p><p>three</p>'],
  ['# Limits\n- 2,800 `EUR`\n- by hand', '<p>Limits</p><ul><li>2,800 <code>EUR</code></li><li>by hand</li></ul>'],
  ['1. first\n2) second', '<ol><li>first</li><li>second</li></ol>'],
  ['snake_case_name, 2 * 3 * 4, `a*b*c`', '<p>snake_case_name, 2 * 3 * 4, <code>a*b*c</code></p>'],
  ['**not closed, <b>no tag</b>', '<p>**not closed, &lt;b&gt;no tag&lt;/b&gt;</p>'],
])('%j', (text, drawn) => expect(html(text)).toBe(drawn))
