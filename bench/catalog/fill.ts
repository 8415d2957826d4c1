import { parseArgs } from 'node:util'
import { fillCatalog } from './fill-catalog.ts'

// node bench/catalog/fill.ts --data-dir FOLDER [--workers 100000] [--seed 1] [--documents]

const { values } = parseArgs({
  options: {
    'data-dir': { type: 'string' },
    workers: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    documents: { type: 'boolean', default: false },
  },
})
if (values['data-dir'] === undefined) {
  console.error('--data-dir FOLDER is needed: the data folder of a server that has not run yet')
  process.exit(2)
}
const { documents, seed, workers } = values
console.log(await fillCatalog(values['data-dir'], Number(workers), { seed: Number(seed), documents }))
