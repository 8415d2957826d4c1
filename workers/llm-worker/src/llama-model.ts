import path from 'node:path'
import {
  type Call,
  type Embeddings,
  EngineProcess,
  type FinishReason,
  type Generation,
  type LoadedModel,
  ModelError,
  type Sampling,
} from '@rbee/worker-sdk'
import type {
  EngineReply,
  EngineRequest,
  EngineSettings,
  GenerationInput,
  ModelFacts,
} from './engine/messages.ts'

type Engine = EngineProcess<EngineRequest, EngineReply>

/**
 * Loads a model in an engine of its own.
 *
 * @param program file of the engine's program.
 * @throws {ModelError} naming the file, with llama.cpp's own words.
 */
export async function loadLlamaModel(
  program: string,
  settings: EngineSettings,
  signal: AbortSignal,
): Promise<LoadedModel> {
  const engine: Engine = EngineProcess.start(program)
  // While it loads, llama.cpp hears no message.
  const kill = () => void engine.kill()
  signal.addEventListener('abort', kill, { once: true })
  try {
    const reply = await engine.ask({ type: 'load', settings }, signal)
    if (reply.type === 'loaded') return llamaModel(engine, settings, reply.facts)
    throw unexpected(reply)
  } catch (cause) {
    await engine.kill()
    signal.throwIfAborted()
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ModelError(`${settings.model} cannot be loaded: ${reason}`, { cause })
  } finally {
    signal.removeEventListener('abort', kill)
  }
}

function llamaModel(engine: Engine, settings: EngineSettings, facts: ModelFacts): LoadedModel {
  return {
    id: path.basename(settings.model).replace(/\.gguf$/i, ''),
    contextLength: facts.contextLength,
    chat: ({ messages, ...sampling }, call) =>
      generate(engine, { kind: 'messages', messages }, sampling, call),
    complete: ({ prompt, ...sampling }, call) => generate(engine, { kind: 'prompt', prompt }, sampling, call),
    embed: ({ inputs }, call) => embed(engine, inputs, call),
    close: () => engine.close(),
    failed: engine.failed,
  }
}

async function generate(
  engine: Engine,
  input: GenerationInput,
  sampling: Sampling,
  { signal }: Call,
): Promise<Generation> {
  const replies = engine.run({ type: 'generate', input, sampling }, signal)
  const first = await replies.next()
  if (first.done || first.value.type !== 'started') throw unexpected(first.done ? null : first.value)
  const { promptTokens, stop } = first.value
  return { promptTokens, stop, pieces: piecesOf(replies) }
}

async function* piecesOf(
  replies: AsyncGenerator<EngineReply, void, void>,
): AsyncGenerator<string, FinishReason, void> {
  for await (const reply of replies) {
    if (reply.type === 'finished') return reply.reason
    if (reply.type !== 'piece') throw unexpected(reply)
    yield reply.text
  }
  throw unexpected(null)
}

async function embed(engine: Engine, inputs: readonly string[], { signal }: Call): Promise<Embeddings> {
  const reply = await engine.ask({ type: 'embed', inputs }, signal)
  if (reply.type === 'embedded') return { vectors: reply.vectors, promptTokens: reply.promptTokens }
  throw unexpected(reply)
}

function unexpected(reply: EngineReply | null): Error {
  return new Error(`The engine answered ${reply?.type ?? 'nothing'}.`)
}
