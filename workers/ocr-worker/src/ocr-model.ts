import {
  type Call,
  EngineProcess,
  type LoadedModel,
  ModelError,
  RequestError,
  type Route,
} from '@rbee/worker-sdk'
import { z } from 'zod'
import type { EngineReply, EngineRequest, OcrModels, Reading } from './engine/messages.ts'

type Engine = EngineProcess<EngineRequest, EngineReply>

/** A loaded model that reads images. */
export interface OcrModel extends LoadedModel {
  /** Reads the bytes of a PNG or JPEG file. @throws {RequestError} `invalid_image` */
  read(image: Uint8Array, call: Pick<Call, 'signal'>): Promise<Reading>
  close(): Promise<void>
}

/**
 * Loads the models in an engine of its own: decoding and reading an image keep a process busy for seconds.
 *
 * @param program file of the engine's program.
 * @throws {ModelError}
 */
export async function loadOcrModel(
  program: string,
  models: OcrModels,
  threads: number,
  signal: AbortSignal,
): Promise<OcrModel> {
  const engine: Engine = EngineProcess.start(program)
  try {
    await engine.ask({ type: 'load', models, threads }, signal)
  } catch (cause) {
    await engine.kill()
    signal.throwIfAborted()
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ModelError(`The text models cannot be loaded: ${reason}`, { cause })
  }
  const read: OcrModel['read'] = async (image, call) => {
    const reply = await engine.ask({ type: 'read', image }, call.signal)
    if (reply.type === 'read') return reply.reading
    throw new Error(`The engine answered ${reply.type}.`)
  }
  return {
    id: 'pp-ocrv4',
    read,
    routes: [ocrRoute(read)],
    close: () => engine.close(),
    failed: engine.failed,
  }
}

const bodySchema = z.object({ image: z.string().min(1) })

function ocrRoute(read: OcrModel['read']): Route {
  return {
    method: 'POST',
    path: '/v1/ocr',
    accepts: ['image/png', 'image/jpeg', 'application/json'],
    handle: async (request, call) => {
      const isJson = request.mediaType === 'application/json'
      return await read(isJson ? base64Of(request.json(bodySchema).image) : request.body, call)
    },
  }
}

/** Bytes of a base64 text, or of a data URL with one. */
function base64Of(text: string): Uint8Array {
  const plain = text.replace(/^data:image\/(?:png|jpeg);base64,/, '')
  if (!/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(plain)) {
    const message = 'The image must be base64, or a data URL of a PNG or JPEG image.'
    throw new RequestError('invalid_image', message, { param: 'image' })
  }
  return Buffer.from(plain, 'base64')
}
