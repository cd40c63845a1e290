/** A fault that the person who starts the server can mend: its message is one sentence, shown without a stack. */
export class StartError extends Error {}
