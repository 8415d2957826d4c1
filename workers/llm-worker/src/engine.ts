import { runAsEngine } from '@rbee/worker-sdk/engine'
import { LlamaEngine } from './engine/llama-engine.ts'
import type { EngineReply, EngineRequest } from './engine/messages.ts'

const engine = new LlamaEngine()
runAsEngine<EngineRequest, EngineReply>((request, call) => engine.handle(request, call))
