import { useEffect, useState } from 'react'

import classes from './execution.module.css'

/** The page's shape while it is on its way; nothing for the first 150 ms, which is all it takes most times. */
export function ExecutionSkeleton() {
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 150)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div className={classes.page} role="status" aria-label="Loading the execution" aria-busy="true">
      {late && (
        <div className={classes.skeleton} aria-hidden="true" data-testid="execution-skeleton">
          <i style={{ width: '38%', height: 20 }} />
          <i style={{ height: 40 }} />
          {[62, 88, 46, 71].map((width) => (
            <i key={width} style={{ width: `${width}%` }} />
          ))}
        </div>
      )}
    </div>
  )
}
