import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { QuickstartError } from './programs.ts'

/** Has the OCR worker at `url` read the text off an image. */
export async function readText(url: string, image: string): Promise<{ text: string; milliseconds: number }> {
  const started = Date.now()
  const answer = await fetch(`${url}/v1/ocr`, {
    method: 'POST',
    headers: { 'content-type': 'image/png' },
    body: await readFile(image),
  })
  const body = await jsonOf(answer, `reading ${basename(image)}`)
  const text = property(body, 'text')
  if (typeof text !== 'string' || text.trim() === '')
    throw new QuickstartError('the OCR worker found no text in the sample image')
  return { text: text.trim(), milliseconds: Date.now() - started }
}

/** Has the LLM worker at `url` answer a prompt. */
export async function chat(url: string, prompt: string): Promise<{ text: string; milliseconds: number }> {
  const started = Date.now()
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [{ role: 'user', content: prompt }], max_tokens: 64 }),
  })
  const body = await jsonOf(answer, 'the chat completion')
  const choices = property(body, 'choices')
  const text = property(property(Array.isArray(choices) ? choices[0] : undefined, 'message'), 'content')
  if (typeof text !== 'string' || text.trim() === '')
    throw new QuickstartError('the language model answered nothing')
  return { text: text.trim(), milliseconds: Date.now() - started }
}

async function jsonOf(answer: Response, what: string): Promise<unknown> {
  const text = await answer.text()
  if (!answer.ok) throw new QuickstartError(`${what} failed: HTTP ${answer.status} ${text.slice(0, 300)}`)
  return JSON.parse(text)
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value
    ? (value as Record<string, unknown>)[name]
    : undefined
}
