import { afterAll, beforeAll, describe } from 'vitest'
import { startCatalog, type TestCatalog } from '../catalog.ts'
import type { OpenSite } from './shelf.ts'
import { tellStories } from './tell-stories.ts'

// Under `wrangler dev` they are told by scripts/dev.test.ts, which has it running.

let catalog: TestCatalog
let site: OpenSite

beforeAll(async () => {
  catalog = await startCatalog()
  site = { url: catalog.url, token: (await catalog.createToken('operator')).token }
})
afterAll(async () => {
  await catalog[Symbol.asyncDispose]()
})

describe('the catalog on Node', () => {
  tellStories(() => site)
})
