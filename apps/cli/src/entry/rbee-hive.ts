#!/usr/bin/env node
import { program } from '../commands/rbee-hive/index.ts'
import { runInProcess } from './process.ts'
import { keepYoungGenerationSmall } from './small-young-generation.ts'

keepYoungGenerationSmall()
await runInProcess(program)
