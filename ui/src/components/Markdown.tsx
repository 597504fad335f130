import { Fragment, type ReactNode } from 'react'

import classes from './Markdown.module.css'
import { Prose } from './Prose'

/** The Markdown people write on notes: paragraphs, headings, lists, **bold**, *italic* and `code`. The rest stays as it is written. */
export function Markdown({ text }: { text: string }) {
  return (
    <div className={classes.text}>
      {blocksOf(text).map((block, index) => (
        // What is written has no other identity than its place.
        <Fragment key={index}>{drawn(block)}</Fragment>
      ))}
    </div>
  )
}

type Block = { kind: 'text' | 'heading' | 'bullets' | 'numbers'; lines: string[] }

const MARK = { heading: /^#{1,6}\s+/, bullets: /^\s*[-*+]\s+/, numbers: /^\s*\d+[.)]\s+/ } as const

function blocksOf(text: string): Block[] {
  const blocks: Block[] = []
  let apart = true
  for (const line of text.split('\n')) {
    if (line.trim() === '') {
      apart = true
      continue
    }
    const marked = (['heading', 'bullets', 'numbers'] as const).find((kind) => MARK[kind].test(line))
    const kind = marked ?? 'text'
    const content = marked ? line.replace(MARK[marked], '') : line
    const last = blocks.at(-1)
    if (!apart && kind !== 'heading' && last?.kind === kind) last.lines.push(content)
    else blocks.push({ kind, lines: [content] })
    apart = false
  }
  return blocks
}

function drawn({ kind, lines }: Block): ReactNode {
  if (kind === 'heading') return <p className={classes.heading}>{inline(lines[0] ?? '')}</p>
  if (kind === 'text') return <p>{inline(lines.join('\n'))}</p>
  const List = kind === 'bullets' ? 'ul' : 'ol'
  return (
    <List>
      {lines.map((line, index) => (
        <li key={index}>{inline(line)}</li>
      ))}
    </List>
  )
}

/** Bold and italic; neither begins or ends with a blank, nor stands within code or a word. */
const EMPHASIS = /(`[^`]+`|(?<!\w)(?:\*\*|__)(?!\s)[^*_`]+(?<!\s)(?:\*\*|__)(?!\w)|(?<![\w*_])[*_](?![\s*_])[^*_`]+(?<!\s)[*_](?![\w*_]))/

function inline(text: string): ReactNode {
  return text.split(EMPHASIS).map((part, index) => {
    if (index % 2 === 0 || part.startsWith('`')) return <Prose key={index} text={part} />
    const strong = part.startsWith('**') || part.startsWith('__')
    const Tag = strong ? 'strong' : 'em'
    return <Tag key={index}>{part.slice(strong ? 2 : 1, strong ? -2 : -1)}</Tag>
  })
}
