import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, type CompletionContext } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { javascript } from '@codemirror/lang-javascript'
import { json, jsonParseLinter } from '@codemirror/lang-json'
import { SQLite, sql } from '@codemirror/lang-sql'
import { bracketMatching, indentOnInput } from '@codemirror/language'
import { linter } from '@codemirror/lint'
import { Compartment, EditorState, type Extension } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers, placeholder } from '@codemirror/view'
import { useEffect, useRef } from 'react'

import type { CodeEditorProps, CodeLanguage, Completion } from './CodeEditor'
import classes from './CodeEditor.module.css'
import { codeTheme } from './theme'

/** The editor itself; use `CodeEditor`, which loads it when it is needed. */
export function CodeMirrorView(props: CodeEditorProps) {
  const { value, language, label, testId, minHeight = 120, maxHeight = 420, readOnly = false } = props
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)
  const live = useRef(props)
  const changeable = useRef(new Compartment())
  useEffect(() => {
    live.current = props
  })

  useEffect(() => {
    if (!host.current) return
    const created = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: live.current.value,
        extensions: [
          extensionsFor(language, () => live.current.completions ?? []),
          changeable.current.of(EditorState.readOnly.of(readOnly)),
          placeholder(live.current.placeholder ?? ''),
          EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
          EditorView.updateListener.of((update) => {
            if (!update.docChanged) return
            const text = update.state.doc.toString()
            if (text !== live.current.value) live.current.onChange(text)
          }),
        ],
      }),
    })
    view.current = created
    return () => {
      created.destroy()
      view.current = null
    }
    // A new language or name is a new editor; the rest is read when it is needed.
    // oxlint-disable-next-line react/exhaustive-deps -- `readOnly` is reconfigured below
  }, [language, label])

  useEffect(() => {
    view.current?.dispatch({ effects: changeable.current.reconfigure(EditorState.readOnly.of(readOnly)) })
  }, [readOnly])

  useEffect(() => {
    const current = view.current
    if (!current) return
    const text = current.state.doc.toString()
    if (text !== value) current.dispatch({ changes: { from: 0, to: text.length, insert: value } })
  }, [value])

  return (
    <div
      ref={host}
      className={classes.editor}
      style={{ '--min': `${minHeight}px`, '--max': `${maxHeight}px` } as React.CSSProperties}
      data-testid={testId}
      data-language={language}
    />
  )
}

function extensionsFor(language: CodeLanguage, completions: () => readonly Completion[]): Extension {
  const code = language !== 'text'
  return [
    code ? lineNumbers() : [],
    code ? highlightActiveLine() : [],
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    EditorView.lineWrapping,
    autocompletion({ override: [(context) => proposals(context, completions())] }),
    keymap.of([...closeBracketsKeymap, ...completionKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab]),
    languageOf(language),
    codeTheme,
    EditorView.theme({ '.cm-scroller': { minHeight: 'var(--min)', maxHeight: 'var(--max)' } }),
  ]
}

function languageOf(language: CodeLanguage): Extension {
  switch (language) {
    case 'javascript':
      return javascript()
    case 'json':
      return [json(), linter(jsonParseLinter())]
    case 'sql':
      return sql({ dialect: SQLite })
    case 'text':
      return []
  }
}

function proposals(context: CompletionContext, completions: readonly Completion[]) {
  const word = context.matchBefore(/[\w.[\]"]+/)
  if (completions.length === 0 || (!word && !context.explicit)) return null
  return {
    from: word?.from ?? context.pos,
    options: completions.map(({ label, detail }) => ({ label, ...(detail !== undefined && { detail }) })),
  }
}
