import { Markdown as Compiled, type MarkdownToJSX } from 'markdown-to-jsx/react'
import type { ReactNode } from 'react'

import classes from './Markdown.module.css'
import prose from './Prose.module.css'

type Part = { children?: ReactNode }

const Heading = ({ children }: Part) => <p className={classes.heading}>{children}</p>

/** Documents come from anywhere: nothing in them is fetched, run, or leads away from the studio. */
const OPTIONS: MarkdownToJSX.Options = {
  disableParsingRawHTML: true,
  forceBlock: true,
  forceWrapper: true,
  wrapper: 'div',
  overrides: {
    a: ({ children, href }: Part & { href?: string }) => <span title={href}>{children}</span>,
    img: ({ alt }: { alt?: string }) => <span>{alt}</span>,
    code: ({ children }: Part) => <code className={prose.code}>{children}</code>,
    ...Object.fromEntries(['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((tag) => [tag, Heading])),
  },
}

/** The Markdown people write on notes. */
export function Markdown({ text }: { text: string }) {
  return (
    <Compiled options={OPTIONS} className={classes.text}>
      {text}
    </Compiled>
  )
}
