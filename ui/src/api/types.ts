//! The shapes of the API.

export type PayloadRef = { hash: string; bytes: number };
export type StepStatus = 'pending'|'queued'|'running'|'waiting'|'completed'|'failed'|'skipped'|'cancelled';
export type ExecutionStatus = 'pending'|'running'|'paused'|'completed'|'failed'|'cancelled';
export type RunMode = 'live'|'test';
export type Usage = { llm_calls: number; input_tokens: number; output_tokens: number; cost_usd?: number };
export type LogLine = { level: 'info'|'warn'|'error'; text: string };
export type Failure = { code: 'agent_failed'|'timeout'|'expression'|'input_schema'|'output_schema'|'output_format'|'output_too_large'|'config'|'unavailable'|'remote'|'rate_limited'|'resource_limit'|'interrupted'|'storage'|'internal';
  message: string; causes?: string[]; transient: boolean; retry_after_ms?: number };
export type ErrorRecord = { step: string; step_name: string; agent?: string; position: number; total: number; attempt: number; failure: Failure; input?: PayloadRef; at: string; completed: string[] };
export type Agent = { id?: string; name?: string; description?: string; kind: AgentKind; config: Record<string, unknown>; input_schema?: unknown; output_schema?: unknown; sample?: unknown; [extra: string]: unknown };
export type AgentKind = 'script'|'http'|'sql'|'llm'|'condition'|'wait'|'assertion'|'transform';
export type Policy = { timeout_ms?: number; retry?: { max_attempts: number; backoff: { initial_ms: number; factor: number; max_ms: number; jitter: number }; all_errors: boolean };
  on_error?: { action: 'stop' } | { action: 'continue' } | { action: 'error_branch' } | { action: 'default'; value: unknown } };
export type Step = { id: string; name?: string; agent: string | Agent; mapping?: Record<string, string>; when?: string; policy?: Policy; position?: { x: number; y: number } };
export type Edge = { id: string; from: string; to: string; branch?: string };
export type Workflow = { format: 'heddle/v1'; id: string; name: string; description?: string; label?: string; input_schema?: unknown; variables?: Record<string, unknown>;
  steps: Step[]; edges: Edge[]; agents?: Agent[]; settings: { timeout_ms?: number; stop_on_error: boolean; max_parallel: number; max_total_retries?: number; checkpoints: boolean; output?: { mapping?: Record<string,string>; max_bytes?: number } };
  notes?: { id: string; text: string; position: { x: number; y: number } }[]; tests?: { name: string; input: unknown; expect?: unknown }[] };
export type Diagnostic = { code: string; severity: 'error'|'warning'|'info'; message: string; step?: string; edge?: string; path?: string; steps?: string[]; fixes: Fix[] };
export type Fix = { title: string; edit: { type: string; data: unknown } };  // e.g. {type:'remove_edge', data:{edge:'e1'}}
export type WorkflowSummary = { id: string; name: string; description: string; updated_at: string; step_count: number; latest_version?: number; deleted: boolean;
  last_execution?: { id: string; status: ExecutionStatus; created_at: string };
  thumbnail: { steps: { id: string; kind?: AgentKind; x: number; y: number }[]; edges: [number, number][] } };   // edges: indices into steps
export type WorkflowDraft = { document: Workflow; revision: number; updated_at: string; latest_version?: VersionSummary; changed_since_version: boolean };
export type VersionSummary = { number: number; hash: string; label?: string; note?: string; created_at: string };
export type ExecutionSummary = { id: string; workflow_id: string; workflow_name: string; version?: number; mode: RunMode; status: ExecutionStatus; current_step?: string; current_step_name?: string;
  completed_steps: number; total_steps: number; created_at: string; started_at?: string; completed_at?: string; retry_of?: string; error?: ErrorRecord; failure?: Failure; usage: Usage };
export type AttemptView = { attempt: number; queued_at: string; started_at?: string; ended_at?: string; next_due?: string; status: StepStatus; input?: PayloadRef; output?: PayloadRef; sampled: boolean; failure?: Failure; usage: Usage; log: LogLine[] };
export type StepView = { id: string; name: string; agent?: string; kind?: AgentKind; position: number; status: StepStatus; skip_reason?: SkipReason; branch?: string; output?: PayloadRef; attempts: AttemptView[] };
export type SkipReason = { why: 'condition_false'; detail: { expression: string } } | { why: 'branch_not_taken' } | { why: 'upstream_failed'; detail: { step: string } };
export type ExecutionDetail = ExecutionSummary & { input: PayloadRef; input_value?: unknown; output?: PayloadRef; output_value?: unknown; steps: StepView[]; last_seq: number };  // *_value inline up to 64 KiB
export type Event = { seq: number; at: string; kind: { type: string; data?: unknown } };   // src-tauri/crates/model/src/event.rs
export type KindInfo = { kind: AgentKind; title: string; group: 'Language'|'Data'|'Logic'; summary: string; config_schema: unknown; default_agent: Agent; branches: boolean };
export type LibraryAgent = { agent: Agent; origin: 'built_in'|'yours' };
export type SettingsMap = Record<string, unknown>
export type ProviderSettings = { base_url?: string; model?: string; api_key_name?: string }
export type EditSummary = { revision: number; at: string; label: string }
export type PayloadRange = { hash: string; bytes: number; offset: number; text: string; complete: boolean }
export type Health = { version: string; data_dir?: string }
