import { runAsEngine } from '@rbee/worker-sdk/engine'
import { prepareImage } from './engine/image.ts'
import type { EngineReply, EngineRequest, Reading } from './engine/messages.ts'
import { loadReader, type Reader } from './engine/reader.ts'

let reader: Reader | null = null

runAsEngine<EngineRequest, EngineReply>(async (request, { send, signal }) => {
  switch (request.type) {
    case 'load':
      reader = await loadReader(request.models, request.threads)
      return send({ type: 'loaded' })
    case 'read':
      return send({ type: 'read', reading: await read(request.image, signal) })
  }
})

async function read(bytes: Uint8Array, signal: AbortSignal): Promise<Reading> {
  if (reader === null) throw new Error('No model is loaded.')
  const image = await prepareImage(bytes)
  signal.throwIfAborted()
  const lines = await reader.read(image)
  const text = lines.map((line) => line.text).join('\n')
  return { text, lines, width: image.width, height: image.height }
}
