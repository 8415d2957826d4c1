#!/usr/bin/env node
import { program } from '../commands/rbee-catalog/index.ts'
import { runInProcess } from './process.ts'

await runInProcess(program)
