export { createReader, type ReaderPorts } from './create-reader.ts'
