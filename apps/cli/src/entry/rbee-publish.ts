#!/usr/bin/env node
import { program } from '../commands/rbee-publish/index.ts'
import { runInProcess } from './process.ts'

await runInProcess(program)
