import { Skeleton } from '@mantine/core'
import { useEffect, useState } from 'react'

import classes from './EditorSkeleton.module.css'

const KINDS = [1, 2, 3, 4, 5, 6, 7, 8]

/** The shape of the editor while the workflow is on its way; nothing for the first 150 ms. */
export function EditorSkeleton() {
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 150)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div className={classes.skeleton} role="status" aria-label="Opening the workflow">
      <div className={classes.bar}>{late && <Skeleton height={14} width={160} />}</div>
      <div className={classes.library}>{late && KINDS.map((n) => <Skeleton key={n} height={24} mb={10} radius={7} />)}</div>
      <div className={classes.canvas}>
        {late && [0, 1, 2].map((n) => <Skeleton key={n} height={86} width={216} radius={10} />)}
      </div>
      <div className={classes.inspector}>{late && <Skeleton height={14} width={180} />}</div>
    </div>
  )
}
