import { Engine } from './engine/engine.ts'
import type { EngineRequest } from './engine/messages.ts'

// The engine's own process: llama.cpp loads models without returning to the event loop, writes to stdout, and ends the
// process on damaged files. Apart, it can do neither harm to the server. Started by EngineProcess.

const engine = new Engine((reply) => process.send?.(reply))
process.on('message', (request: EngineRequest) => void engine.handle(request))
// The server decides when its engine ends: Ctrl-C reaches both, and running requests may finish.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)
process.on('disconnect', () => process.exit(0))
