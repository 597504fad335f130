import { lazy, Suspense } from 'react'

import classes from './CodeEditor.module.css'

export type CodeLanguage = 'javascript' | 'json' | 'sql' | 'text'

/** A proposal while typing: what is inserted, and what it is. */
export type Completion = { label: string; detail?: string }

export type CodeEditorProps = {
  value: string
  onChange: (value: string) => void
  language: CodeLanguage
  /** What the field is called. */
  label: string
  testId?: string
  /** In pixels. */
  minHeight?: number
  maxHeight?: number
  readOnly?: boolean
  placeholder?: string
  completions?: readonly Completion[]
}

// The editor is the largest piece of the studio; it arrives when the first code field does.
const Lazy = lazy(() => import('./CodeMirrorView').then((module) => ({ default: module.CodeMirrorView })))

/** Code, JSON or a long text with expressions. */
export function CodeEditor(props: CodeEditorProps) {
  return (
    <Suspense
      fallback={
        <pre className={classes.waiting} style={{ minHeight: props.minHeight ?? 120 }}>
          {props.value}
        </pre>
      }
    >
      <Lazy {...props} />
    </Suspense>
  )
}
