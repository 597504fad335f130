//! heddle-agents
