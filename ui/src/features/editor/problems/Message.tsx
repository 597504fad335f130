import classes from './ProblemsPanel.module.css'

/** A sentence of the backend; what stands between backticks is set as code. */
export function Message({ text }: { text: string }) {
  return text.split('`').map((part, index) =>
    index % 2 === 1 ? (
      <code key={index} className={classes.code}>
        {part}
      </code>
    ) : (
      part
    ),
  )
}
