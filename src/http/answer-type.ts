// In which of its types a call answers: what the caller's Accept header likes best, JSON where it likes them alike or says nothing.

import type { FastifyReply, FastifyRequest } from "fastify";
import { EngramError } from "../errors.ts";
import { JSON_TYPE } from "./body-types.ts";
import { SAFETENSORS } from "./schemas/files.ts";

/**
 * Finds the type before anything is done.
 * @param encode gives the answer as a safetensors file
 * @returns what makes the answer go out in that type
 * @throws EngramError `not-acceptable`
 */
export function answerType<Answer>(
  request: FastifyRequest,
  reply: FastifyReply,
  encode: (answer: Answer) => Uint8Array,
): (answer: Answer) => Answer {
  const type = acceptedType(request, [JSON_TYPE, SAFETENSORS]);
  return (answer) => {
    if (type === SAFETENSORS) sendAs(reply, SAFETENSORS, encode);
    return answer;
  };
}

/**
 * @param types those that the call answers in, the one for callers who do not care first
 * @throws EngramError `not-acceptable`
 */
export function acceptedType<Type extends string>(request: FastifyRequest, types: readonly Type[]): Type {
  const accepted = request.accepts().type([...types]);
  const type = types.find((one) => one === accepted);
  if (type === undefined) throw notAcceptable(types, request.headers.accept);
  return type;
}

function sendAs<Answer>(reply: FastifyReply, type: string, encode: (answer: Answer) => Uint8Array): void {
  const serialize = (answer: Answer): unknown => {
    const { buffer, byteOffset, byteLength } = encode(answer);
    return Buffer.from(buffer, byteOffset, byteLength);
  };
  // Fastify sends a buffer as it does text, but types a serializer as one that gives text.
  reply.type(type).serializer(serialize as (answer: Answer) => string);
}

const SHOWN_CHARACTERS = 80;

const notAcceptable = (types: readonly string[], accept = ""): EngramError =>
  new EngramError(
    "not-acceptable",
    `This call answers in ${types.join(" or ")}; Accept is ${JSON.stringify(accept.slice(0, SHOWN_CHARACTERS))}.`,
  );
