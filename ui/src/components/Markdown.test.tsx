import { render } from '@testing-library/react'
import { expect, test } from 'vitest'

import { Markdown } from './Markdown'

const html = (text: string) =>
  render(<Markdown text={text} />).container.firstElementChild?.innerHTML.replaceAll(/ class="[^"]*"/g, '')

test.each([
  ['**Ask Fatima** before *noon*', '<p><strong>Ask Fatima</strong> before <em>noon</em></p>'],
  ['# Limits\n- 2,800 `EUR`\n- by hand', '<p>Limits</p><ul><li>2,800 <code>EUR</code></li><li>by hand</li></ul>'],
  ['snake_case_name, 2 * 3 * 4, `a*b*c`', '<p>snake_case_name, 2 * 3 * 4, <code>a*b*c</code></p>'],
])('%j', (text, drawn) => expect(html(text)).toBe(drawn))

test.each([
  '<img src="https://example.test/seen.png"><script>alert(1)</script>',
  '![seen](https://example.test/seen.png)',
  '[away](https://example.test) and https://example.test',
  '[run](javascript:alert(1))',
  '<a href="https://example.test">away</a><style>* { display: none }</style><iframe src="//example.test"></iframe>',
])('nothing is fetched, run or leads away: %s', (text) => {
  const { container } = render(<Markdown text={text} />)
  expect(container.querySelectorAll('a, img, script, style, iframe')).toHaveLength(0)
  expect(container.textContent).not.toBe('')
})
