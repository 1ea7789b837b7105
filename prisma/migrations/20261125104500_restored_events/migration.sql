-- Not in the schema, which has no word for it: the few `restored` events of a brain are found without reading its whole log.
CREATE INDEX "event_restored_idx" ON "event"("brain_uid", "seq") WHERE "type" = 'restored';
