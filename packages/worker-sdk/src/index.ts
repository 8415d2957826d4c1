export { EngineProcess } from './engine/engine-process.ts'
export { type ErrorBody, ModelError, RequestError, type RequestErrorCode } from './errors.ts'
export { EXIT, type ExitCode, type ProgramHost } from './program/host.ts'
export { runWorker } from './program/run.ts'
export {
  type Call,
  type Capabilities,
  type ChatMessage,
  type ChatRequest,
  type CompletionRequest,
  DEFAULT_LIMITS,
  defineWorker,
  type EmbeddingRequest,
  type Embeddings,
  type FinishReason,
  type Generation,
  type Limits,
  type LoadContext,
  type LoadedModel,
  type Log,
  type OptionValues,
  type Piece,
  type Route,
  type RouteRequest,
  type Sampling,
  type SelfTestContext,
  type Worker,
  type WorkerDefinition,
  type WorkerOption,
} from './worker.ts'
