import { CircleHelp } from 'lucide-react'

import type { AgentKind } from '@/api/types'

import { KIND, kindColor } from './kinds'

/** The tile of an agent's kind. Decoration: the name always stands beside it. */
export function KindIcon({ kind, size = 24 }: { kind: AgentKind | undefined; size?: number }) {
  const Icon = kind ? KIND[kind].Icon : CircleHelp
  return (
    <span
      aria-hidden
      style={{
        width: size,
        height: size,
        borderRadius: size / 4,
        background: kindColor(kind),
        color: 'var(--on-fill)',
        display: 'inline-grid',
        placeItems: 'center',
        flex: 'none',
      }}
    >
      <Icon size={Math.round(size * 0.58)} strokeWidth={2.1} />
    </span>
  )
}
