import type { InspectorTab } from '../session/ui'

const TAB: readonly [RegExp, InspectorTab][] = [
  [/^\/(mapping|pin)\b|_schema\b/, 'data'],
  [/^\/(when|loop|join|breakpoint)\b/, 'flow'],
  [/^\/policy\b/, 'policy'],
]

/** The tab of the inspector where what a finding points at, by its JSON pointer within the step, is mended. */
export function tabFor(path: string | undefined): InspectorTab {
  return TAB.find(([within]) => within.test(path ?? ''))?.[1] ?? 'config'
}
