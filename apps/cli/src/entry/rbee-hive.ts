#!/usr/bin/env node
import { program } from '../commands/rbee-hive/index.ts'
import { runInProcess } from './process.ts'

await runInProcess(program)
