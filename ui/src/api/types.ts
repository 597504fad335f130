//! The shapes of the API by name; the OpenAPI document is their source (`cargo xtask bindings`).

import type { components } from './schema'

type Schemas = components['schemas']

export type Agent = Schemas['Agent']
export type AgentKind = Schemas['AgentKind']
export type AnswerSource = Schemas['AnswerSource']
export type AttemptView = Schemas['AttemptView']
export type Breakpoint = Schemas['Breakpoint']
export type Decision = Schemas['Decision']
export type Diagnostic = Schemas['Diagnostic']
export type Edge = Schemas['Edge']
export type EditSummary = Schemas['JournalEntry']
export type ErrorRecord = Schemas['ErrorRecord']
export type Event = Schemas['Event']
export type ExecutionDetail = Schemas['ExecutionDetail']
export type ExecutionStatus = Schemas['ExecutionStatus']
export type CleanAnswer = Schemas['CleanAnswer']
export type ExecutionSummary = Schemas['ExecutionSummary']
export type Failure = Schemas['Failure']
export type Fix = Schemas['Fix']
export type Health = Schemas['Health']
export type Join = Schemas['Join']
export type KindInfo = Schemas['KindInfo']
export type LibraryAgent = Schemas['LibraryAgent']
export type Loop = Schemas['Loop']
export type LogLine = Schemas['LogLine']
export type PayloadRange = Schemas['PayloadPart']
export type PayloadRef = Schemas['PayloadRef']
export type Policy = Schemas['Policy']
export type RunMode = Schemas['RunMode']
export type SkipReason = Schemas['SkipReason']
export type Step = Schemas['Step']
export type StorageLimits = Schemas['Limits']
export type StorageView = Schemas['StorageView']
export type StepGroup = Schemas['StepGroup']
export type StepPage = Schemas['StepPage']
export type StepStatus = Schemas['StepStatus']
export type StepView = Schemas['StepView']
export type Usage = Schemas['Usage']
export type VersionSummary = Schemas['VersionSummary']
export type WaitingApproval = Schemas['WaitingApproval']
export type Workflow = Schemas['Workflow']
export type WorkflowDraft = Schemas['WorkflowDraft']
export type WorkflowSummary = Schemas['WorkflowSummary']

/** Settings by key; every value is the business of whoever owns the key. */
export type SettingsMap = Record<string, unknown>
/** The setting `providers`. */
export type ProviderSettings = { base_url?: string; model?: string; api_key_name?: string }
/** Limits of a named pool; what is absent or null is not limited. */
export type PoolLimits = { slots?: number | null; requests_per_minute?: number | null; tokens_per_minute?: number | null }
/** The setting `pools`: limits by the pool's name. */
export type PoolSettings = Record<string, PoolLimits>
