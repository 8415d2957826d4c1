import { archiveStoreContract, documentStoreContract } from './contracts/index.ts'
import { memoryArchiveStore } from './memory-archive-store.ts'
import { memoryDocumentStore } from './memory-document-store.ts'

documentStoreContract('memory', async () => ({ store: memoryDocumentStore(), close: async () => {} }))
archiveStoreContract('memory', async () => ({ store: memoryArchiveStore(), close: async () => {} }))
