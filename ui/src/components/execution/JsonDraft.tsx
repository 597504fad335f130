import { useState } from 'react'

import { messageOf } from '@/api/errors'
import { parseJson, toJson } from '@/api/json'
import { CodeEditor } from '@/components/code/CodeEditor'

import classes from './execution.module.css'

type Props = {
  label: string
  value: unknown
  /** `wrong` is set while the text is no JSON; the value is then the last one that was. */
  onChange: (value: unknown, wrong: boolean) => void
  testId: string
}

/** A value as JSON text to change. */
export function JsonDraft({ label, value, onChange, testId }: Props) {
  const [text, setText] = useState(() => toJson(value, 2))
  const [wrong, setWrong] = useState<string | null>(null)
  const write = (next: string) => {
    setText(next)
    try {
      const read = parseJson(next)
      setWrong(null)
      onChange(read, false)
    } catch (error) {
      setWrong(messageOf(error))
      onChange(value, true)
    }
  }
  return (
    <>
      <CodeEditor label={label} language="json" value={text} onChange={write} minHeight={72} maxHeight={260} testId={testId} />
      {wrong !== null && <p className={classes.quiet}>Not JSON yet: {wrong}</p>}
    </>
  )
}
