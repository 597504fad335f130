import { ChevronDown, ChevronRight } from 'lucide-react'
import { Fragment } from 'react'

import { formatBytes, plural } from '@/components/format'

import classes from './data.module.css'
import { type JsonNode, unescape } from './json'
import type { Line } from './lines'

/** Strings longer than this are cut until somebody opens them. */
const CUT = 180
/** No string puts more than this into the page. */
const MOST = 20_000
/** Deeper levels are not moved further to the right. */
const INDENTED = 40

type Props = {
  id: string
  text: string
  line: Line
  expanded: boolean
  selected: boolean
  /** Parts of the text to mark. */
  needle: string
  onToggle: (line: Line) => void
}

/** One line of a value: key, and the value as it is written or what is inside. */
export function JsonLine({ id, text, line, expanded, selected, needle, onToggle }: Props) {
  const { node, depth, type } = line
  const indent = { paddingLeft: 6 + Math.min(depth, INDENTED) * 14 }
  const brackets = node.kind === 'object' ? '{}' : '[]'
  if (type === 'end') {
    return (
      <div className={classes.line} style={indent} aria-hidden="true">
        <span className={classes.twisty} />
        {brackets[1]}
      </div>
    )
  }
  const container = type !== 'leaf'
  return (
    <div
      id={id}
      role="treeitem"
      aria-level={depth + 1}
      aria-setsize={line.count}
      aria-posinset={line.index}
      aria-selected={selected}
      {...(container && { 'aria-expanded': type === 'open' })}
      className={classes.line}
      style={indent}
      data-line={line.id}
    >
      {container ? (
        <button
          type="button"
          className={classes.twisty}
          tabIndex={-1}
          aria-hidden="true"
          onClick={() => onToggle(line)}
          data-testid={`json-toggle-${line.id || 'root'}`}
        >
          {type === 'open' ? <ChevronDown size={12} /> : <ChevronRight size={12} />}
        </button>
      ) : (
        <span className={classes.twisty} />
      )}
      {node.key !== undefined && (
        <>
          <span className={typeof node.key === 'number' ? classes.index : classes.key}>
            <Marked text={typeof node.key === 'number' ? String(node.key) : node.key} needle={needle} />
          </span>
          <span className={classes.colon}>: </span>
        </>
      )}
      {node.kind === 'object' || node.kind === 'array' ? (
        <Container node={node} open={type === 'open'} brackets={brackets} />
      ) : (
        <Scalar text={text} line={line} expanded={expanded} needle={needle} onToggle={onToggle} />
      )}
    </div>
  )
}

function Container({ node, open, brackets }: { node: JsonNode; open: boolean; brackets: string }) {
  const count = node.children.length
  if (count === 0) return brackets
  if (open) return brackets[0]
  return (
    <>
      {brackets[0]}
      <span className={classes.summary}>{plural(count, node.kind === 'object' ? 'field' : 'item')}</span>
      {brackets[1]}
    </>
  )
}

function Scalar({ text, line, expanded, needle, onToggle }: Omit<Props, 'id' | 'selected'>) {
  const { node } = line
  const raw = text.slice(node.start, node.end)
  if (node.kind !== 'string') {
    return (
      <span className={node.kind === 'number' ? classes.number : classes.word}>
        <Marked text={raw} needle={needle} />
      </span>
    )
  }
  if (raw.length <= CUT) {
    return (
      <span className={classes.string}>
        <Marked text={raw} needle={needle} />
      </span>
    )
  }
  const whole = expanded ? unescape(raw) : raw
  return (
    <span className={classes.long}>
      <span className={classes.string} data-expanded={expanded || undefined}>
        <Marked text={expanded ? whole.slice(0, MOST) : `${raw.slice(0, CUT)}…`} needle={needle} />
      </span>
      {expanded && whole.length > MOST && (
        <span className={classes.note}>
          The first {MOST.toLocaleString('en-US')} of {whole.length.toLocaleString('en-US')} characters; copying gives
          all of them.
        </span>
      )}
      <button type="button" className={classes.more} onClick={() => onToggle(line)} tabIndex={-1}>
        {expanded ? 'Show less' : `Show all, ${formatBytes(raw.length)}`}
      </button>
    </span>
  )
}

/** Text with what was searched for marked. */
function Marked({ text, needle }: { text: string; needle: string }) {
  if (needle === '') return text
  const parts: { text: string; hit: boolean }[] = []
  const lower = text.toLowerCase()
  const wanted = needle.toLowerCase()
  let from = 0
  // Lower-casing can change a text's length (İ); then positions would not agree and nothing is marked.
  for (let at = lower.length === text.length ? lower.indexOf(wanted) : -1; at >= 0; at = lower.indexOf(wanted, from)) {
    parts.push({ text: text.slice(from, at), hit: false }, { text: text.slice(at, at + wanted.length), hit: true })
    from = at + wanted.length
  }
  parts.push({ text: text.slice(from), hit: false })
  return parts.map((part, index) =>
    part.hit ? <mark key={index}>{part.text}</mark> : <Fragment key={index}>{part.text}</Fragment>,
  )
}
