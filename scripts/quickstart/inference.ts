import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { QuickstartError } from './programs.ts'

/** What a worker said, and how long it took. */
export interface Answer {
  readonly text: string
  readonly milliseconds: number
}

/** Has the OCR worker at `url` read the text off an image. */
export async function readText(url: string, image: string, signal: AbortSignal): Promise<Answer> {
  const started = Date.now()
  const headers = { 'content-type': 'image/png' }
  const init = { method: 'POST', headers, body: await readFile(image), signal }
  const body = await ask(`${url}/v1/ocr`, init, `reading ${basename(image)}`)
  const text = property(body, 'text')
  if (typeof text !== 'string' || text.trim() === '')
    throw new QuickstartError('the OCR worker found no text in the sample image')
  return { text: text.trim(), milliseconds: Date.now() - started }
}

/** Has the LLM worker at `url` answer a prompt. */
export async function chat(url: string, prompt: string, signal: AbortSignal): Promise<Answer> {
  const started = Date.now()
  const headers = { 'content-type': 'application/json' }
  const question = JSON.stringify({ messages: [{ role: 'user', content: prompt }], max_tokens: 64 })
  const init = { method: 'POST', headers, body: question, signal }
  const body = await ask(`${url}/v1/chat/completions`, init, 'the chat completion')
  const choices = property(body, 'choices')
  const text = property(property(Array.isArray(choices) ? choices[0] : undefined, 'message'), 'content')
  if (typeof text !== 'string' || text.trim() === '')
    throw new QuickstartError('the language model answered nothing')
  return { text: text.trim(), milliseconds: Date.now() - started }
}

/** The name of the model that the worker at `url` serves. */
export async function askModel(url: string, signal: AbortSignal): Promise<string> {
  const models = property(await ask(`${url}/v1/models`, { signal }, 'asking for the model'), 'data')
  const id = property(Array.isArray(models) ? models[0] : undefined, 'id')
  return typeof id === 'string' ? id : 'unknown'
}

/** Whether the worker at `url` takes work; one that loads its model or has just ended does not. */
export async function isReady(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/ready`, { signal })
    await answer.body?.cancel()
    return answer.ok
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}

async function ask(url: string, init: RequestInit, what: string): Promise<unknown> {
  let status: number
  let text: string
  try {
    const answer = await fetch(url, init)
    status = answer.status
    text = await answer.text()
  } catch (error) {
    init.signal?.throwIfAborted()
    throw new QuickstartError(`${what} failed: the worker at ${url} does not answer`, { cause: error })
  }
  if (status !== 200) throw new QuickstartError(`${what} failed: HTTP ${status} ${text.slice(0, 300)}`)
  return JSON.parse(text)
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value
    ? (value as Record<string, unknown>)[name]
    : undefined
}
