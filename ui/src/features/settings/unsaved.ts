//! Which parts of the settings hold changes that have not been saved.

import { createContext, useContext, useEffect } from 'react'

/** Told by each form; does nothing outside the page. */
export const UnsavedContext = createContext<(what: string, dirty: boolean) => void>(() => undefined)

/** Tells the page whether a form, called `what`, holds such changes; when it goes it holds none. */
export function useUnsaved(what: string, dirty: boolean): void {
  const tell = useContext(UnsavedContext)
  useEffect(() => {
    tell(what, dirty)
    return () => tell(what, false)
  }, [tell, what, dirty])
}

/** The forms that hold changes, with this one's changed; the same list when that is no news. */
export function withUnsaved(all: readonly string[], what: string, dirty: boolean): readonly string[] {
  if (all.includes(what) === dirty) return all
  return dirty ? [...all, what] : all.filter((each) => each !== what)
}
