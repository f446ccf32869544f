// A session over a protected model: MODEL SECRETS DEVICE.pem VENDOR.crt
#include <onnxruntime_c_api.h>
#include <stdio.h>
#include "onnxsplit.h"

enum { MOST_PARTS = 64 };

int main(int count, char **arguments) {
  if (count != 5) return fprintf(stderr, "host MODEL SECRETS DEVICE.pem VENDOR.crt\n"), 2;
  onnxsplit_options options = {.size = sizeof options,
    .model.path = arguments[1], .secrets.path = arguments[2],
    .identity.path = arguments[3], .trust.path = arguments[4]};
  onnxsplit_model model;
  if (onnxsplit_open(&options, &model) != ONNXSPLIT_OK)
    return fprintf(stderr, "%s\n", onnxsplit_error_text()), onnxsplit_error_code();

  onnxsplit_part main_part, part;
  onnxsplit_part_at(model, 0, &main_part);
  const char *names[MOST_PARTS];
  char *data[MOST_PARTS];
  size_t lengths[MOST_PARTS], files = 0;
  while ((int)files + 1 < onnxsplit_part_count(model) && files < MOST_PARTS) {
    onnxsplit_part_at(model, (int)files + 1, &part);
    names[files] = part.name, data[files] = (char *)part.data, lengths[files++] = part.length;
  }

  const OrtApi *ort = OrtGetApiBase()->GetApi(ORT_API_VERSION);
  OrtEnv *env = NULL;
  OrtSessionOptions *settings = NULL;
  OrtSession *session = NULL;
  OrtStatus *failed = ort->CreateEnv(ORT_LOGGING_LEVEL_WARNING, "host", &env);
  if (!failed) failed = ort->CreateSessionOptions(&settings);
  if (!failed && files)  // From 1.31 on, data files are borrowed instead of copied.
    failed = ort->AddSessionConfigEntry(settings, "session.use_external_initializer_file_buffers_directly", "1");
  if (!failed && files) failed = ort->AddExternalInitializersFromFilesInMemory(settings, names, data, lengths, files);
  if (!failed) failed = ort->CreateSessionFromArray(env, main_part.data, main_part.length, settings, &session);
  printf("%s\n", failed ? ort->GetErrorMessage(failed) : "A session is open.");
  ort->ReleaseSession(session);
  return onnxsplit_close(model);
}
