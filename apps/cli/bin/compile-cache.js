// Node keeps what it made of the TypeScript sources, so that only the first run of a program has to do it.
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

enableCompileCache(
  process.env.NODE_COMPILE_CACHE ??
    fileURLToPath(new URL('../../../node_modules/.cache/rbee', import.meta.url)),
)
