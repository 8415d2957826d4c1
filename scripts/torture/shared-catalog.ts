import { join } from 'node:path'
import { createClient, type RegistryClient } from '../../packages/api-client/src/index.ts'
import { mustStartCatalog, openStage } from './stage.ts'
import { OPERATOR_TOKEN } from './token.ts'

/** One catalog for all victims that only need one to be there; started when the first of them asks for it. */
export interface SharedCatalog {
  /** Its address, and a client that may do everything there. */
  open(): Promise<{ readonly url: string; readonly client: RegistryClient }>
  [Symbol.asyncDispose](): Promise<void>
}

export function sharedCatalog(
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): SharedCatalog {
  let started: ReturnType<typeof start> | null = null
  const start = async () => {
    const stage = await openStage('catalog', env, signal)
    const args = ['--data-dir', join(stage.folder, 'data'), '--catalog', 'none']
    const server = await mustStartCatalog(stage, args, OPERATOR_TOKEN).catch(async (error: unknown) => {
      await stage.close(false)
      throw error
    })
    return { stage, server }
  }
  return {
    async open() {
      started ??= start()
      const { url } = (await started).server
      return { url, client: createClient({ registry: url, fetch, token: OPERATOR_TOKEN }) }
    },
    async [Symbol.asyncDispose]() {
      // Whoever asked for it was told why it did not start.
      const opened = await started?.catch(() => null)
      if (opened == null) return
      const { stage, server } = opened
      await server.stop()
      await stage.close(false)
    },
  }
}
