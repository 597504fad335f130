import type { ReactFlowInstance } from '@xyflow/react'

import { nodeHeight, NODE_WIDTH, positionOf, stepNames } from '@/graph/flow'
import { agentOf, nameOf, summaryOf } from '@/graph/lookup'
import { soleStep } from '@/graph/selection'
import { targetsOf } from '@/graph/targets'

import { useStepFits } from '../proof/useFits'
import { VerdictMark } from '../proof/VerdictMark'
import { useEditor, useSession, useUi, useUiStore } from '../session/context'
import type { Session } from '../session/session'
import type { ConnectTo as Request, UiStore } from '../session/ui'
import { drawWire } from './drawWire'
import { PickPanel, type Choice } from './PickPanel'

/** Targets listed for each port; more are found by typing on. */
const LISTED = 60

/** Asks where a wire from the selected step leads; without one says what to do. */
export function connectByKey(session: Session, ui: UiStore, flow: Pick<ReactFlowInstance, 'flowToScreenPosition'>, of?: string): void {
  const { document, selection } = session.store.getState()
  const from = of ?? soleStep(selection)
  const index = document.steps.findIndex((step) => step.id === from)
  const step = document.steps[index]
  if (!step) return ui.setState({ announcement: 'Select the step the wire begins at first' })
  const { x, y } = positionOf(step, index)
  ui.setState({ connectTo: { from: step.id, screen: flow.flowToScreenPosition({ x: x + NODE_WIDTH + 16, y: y + nodeHeight(1) / 2 }) } })
}

/** Wires without a pointer: the steps a wire could lead to, each with how it would fit. */
export function ConnectTo() {
  const request = useUi((ui) => ui.connectTo)
  return request && <Panel key={request.from} request={request} />
}

type Target = Choice & { step: string; branch: string | undefined }

function Panel({ request }: { request: Request }) {
  const { from } = request
  const session = useSession()
  const ui = useUiStore()
  const document = useEditor((state) => state.document)
  const library = useEditor((state) => state.library)
  const targets = targetsOf(document, library, from)
  const fits = useStepFits(from, targets.map(({ port }) => port.branch ?? undefined))
  const name = stepNames(document, library).get(from) ?? from

  const close = (back: boolean) => {
    if (ui.getState().connectTo === request) ui.setState({ connectTo: null })
    if (back) globalThis.document.querySelector<HTMLElement>('[data-canvas]')?.focus({ preventScroll: true })
  }
  const find = (text: string) => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean)
    return targets.flatMap(({ port, steps }, index) => {
      const items = steps.flatMap((step): Target[] => {
        const agent = agentOf(document, step, library)
        const called = nameOf(step, agent)
        if (!words.every((word) => `${called} ${step.id} ${port.label}`.toLowerCase().includes(word))) return []
        const fit = fits[index]?.get(step.id)
        const mark = fit && <VerdictMark verdict={fit.verdict} size={11} />
        return [{ id: `${port.label}-${step.id}`, step: step.id, branch: port.branch ?? undefined, name: called, summary: `${step.id} · ${summaryOf(agent)}`, kind: agent?.kind, mark }]
      })
      return items.length === 0 ? [] : [{ title: port.label === '' ? 'Connect to' : `From “${port.label}” to`, items: items.slice(0, LISTED) }]
    })
  }
  return (
    <PickPanel
      screen={request.screen}
      label={`Connect ${name} to`}
      placeholder={`Connect ${name} to…`}
      find={find}
      none="No step it could lead to: it is connected to them already, or they come before it."
      onPick={({ step, branch }) => {
        const index = targets.findIndex(({ port }) => (port.branch ?? undefined) === branch)
        drawWire(session, ui, from, step, branch, fits[index]?.get(step))
        close(true)
      }}
      onClose={close}
      prefix="connect-to"
    />
  )
}
