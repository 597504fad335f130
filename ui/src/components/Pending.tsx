import { Loader } from '@mantine/core'
import { useEffect, useState } from 'react'

import classes from './panels.module.css'

/** Something is on its way. Shows nothing for the first 150 ms, which is all it takes most times. */
export function Pending({ label = 'Loading' }: { label?: string }) {
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 150)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div className={classes.panel} role="status" aria-label={label}>
      {late && <Loader size={22} />}
    </div>
  )
}
