import { databaseContract } from '@rbee/testing/contracts'
import { openSqliteDatabase } from './index.ts'

databaseContract('SQLite', async () => {
  const store = openSqliteDatabase(':memory:')
  return { store, close: async () => store.close() }
})
