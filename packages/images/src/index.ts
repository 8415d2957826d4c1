export { readImageFacts } from './image-facts.ts'
