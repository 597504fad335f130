//! What somebody else did to the open workflow, in another window or by the command line, is taken over while nothing of
//! ours waits to be saved. What does wait is never dropped: the saver finds the conflict and asks.

import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'

import { queryClient } from '@/api/queryClient'
import { revisionQuery, workflowQuery } from '@/api/workflows'
import { notifyDone } from '@/components/notify'

import { useSession, useUiStore } from './context'
import type { Session } from './session'
import type { UiStore } from './ui'

/** Somebody who goes on working elsewhere is told of once. */
const QUIET_MS = 30_000

/** Whether the state of the backend may be taken now: not with edits of ours under way, nor from under a drag. */
export function mayFollow(session: Pick<Session, 'saver'>, ui: UiStore, newest: number): boolean {
  const { saver } = session
  const held = ui.getState().drawing !== null || document.querySelector('.react-flow__node.dragging') !== null
  return newest > saver.revision() && saver.pending() === 0 && !held
}

export function useFollow(): void {
  const session = useSession()
  const ui = useUiStore()
  const told = useRef(0)
  const { data: newest = 0, dataUpdatedAt, refetch } = useQuery(revisionQuery(session.id))
  useEffect(() => {
    const look = () => void refetch()
    window.addEventListener('focus', look)
    return () => window.removeEventListener('focus', look)
  }, [refetch])
  useEffect(() => {
    if (dataUpdatedAt === 0 || !mayFollow(session, ui, newest)) return
    const before = session.saver.revision()
    const take = async () => {
      // While the backend does not answer there is nothing to take; it is asked again soon.
      const draft = await queryClient.fetchQuery({ ...workflowQuery(session.id), staleTime: 0 }).catch(() => null)
      if (draft === null || !mayFollow(session, ui, draft.revision)) return
      session.adopt(draft)
      if (session.saver.revision() === before) return
      const words = 'This workflow was changed elsewhere; you see it as it is now.'
      if (Date.now() - told.current > QUIET_MS) notifyDone(words)
      told.current = Date.now()
      ui.setState({ announcement: words })
    }
    void take()
  }, [dataUpdatedAt, newest, session, ui])
}
