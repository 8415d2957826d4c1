#!/usr/bin/env node
// JavaScript, because Node has to load a compiler before it reads its first TypeScript, and this much not.
import './compile-cache.js'
import './module-lookup.js'

await import('../src/entry/rbee-catalog.ts')
