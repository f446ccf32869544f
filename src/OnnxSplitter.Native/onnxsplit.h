/*
 * Restores protected ONNX models in memory. Sessions are the business of the host's own ONNX Runtime.
 *
 * Functions may be called by any number of threads at a time. Nothing is written to the disk. All text is UTF-8 that
 * ends with a zero byte, at most 64 KB of it.
 *
 * The library needs OpenSSL 3 (Linux), without which onnxsplit_open ends the process, and stays loaded until the
 * process ends. It does not survive a fork: load it in the process that uses it.
 */
#ifndef ONNXSPLIT_H
#define ONNXSPLIT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What functions return. Numbers keep their meaning; later versions may add some. */
enum {
  ONNXSPLIT_OK = 0,
  ONNXSPLIT_BAD_ARGUMENT = 1, /* the call itself: a null pointer, a wrong size, a handle that is closed */
  ONNXSPLIT_NOT_TRUSTED = 2,  /* the secrets are not signed by whom is trusted, or were altered */
  ONNXSPLIT_NOT_OPENED = 3,   /* the secrets are sealed to others than the identity */
  ONNXSPLIT_TERMS = 4,        /* the secrets are for another audience or another time */
  ONNXSPLIT_SECRETS = 5,      /* the secrets can't be read, or are no secrets file */
  ONNXSPLIT_KEY = 6,          /* the identity, its passphrase, or the certificate to trust can't be read or used */
  ONNXSPLIT_MISMATCH = 7,     /* model and secrets do not belong together, or the model was altered */
  ONNXSPLIT_MODEL = 8,        /* the model is not understood, or was written to meanwhile */
  ONNXSPLIT_IO = 9,           /* a file of the model is missing or can't be read */
  ONNXSPLIT_OTHER = 10        /* too little memory, or a fault of the library */
};

/* When the SHA-256 of data files is compared; that of the .onnx file always is. */
enum {
  ONNXSPLIT_DIGESTS_BEFORE = 0, /* before the model is handed out */
  ONNXSPLIT_DIGESTS_NEVER = 1   /* never: for data files that nobody else can write to */
};

/* A file: by its path, or by its content. The other fields are zero. */
typedef struct onnxsplit_source {
  const char *path;
  const void *bytes;
  size_t length; /* of bytes; at most 2 GB */
} onnxsplit_source;

/* How a model is opened. All of it is the caller's, and is not read after onnxsplit_open has returned. */
typedef struct onnxsplit_options {
  size_t size;               /* sizeof(onnxsplit_options) */
  onnxsplit_source model;    /* the obfuscated .onnx file */
  onnxsplit_source secrets;  /* the .p7m file */
  onnxsplit_source identity; /* certificate and private key: PEM or PFX */
  onnxsplit_source trust;    /* the signer's certificate (PEM or DER); with signer_name, an authority's */
  const char *signer_name;   /* common name of a signer that the authority has certified, or NULL */
  const char *passphrase;    /* of the identity's key, or NULL */
  const char *audience;      /* who this host is, by the secrets' terms, or NULL */
  const char *data_folder;   /* where data files lie of a model that is given by its content, or NULL */
  int32_t digests;           /* ONNXSPLIT_DIGESTS_... */
} onnxsplit_options;

/* An open model. 0 is none; numbers are not used again, so that a closed one is refused. */
typedef uint64_t onnxsplit_model;

/* One of an open model's files. The pointers are the library's: they end with onnxsplit_close. */
typedef struct onnxsplit_part {
  const char *name; /* "" for the .onnx file; of a data file, what the model calls it */
  const void *data; /* read only: writing to a data file's ends the process */
  uint64_t length;
} onnxsplit_part;

/*
 * Restores a model. *model becomes 0 if that fails, else the caller closes it.
 *
 * Data files are mapped privately and patched there. Tensors in them that ONNX Runtime would read from the disk all
 * the same (those of branches, functions and sparse tensors) are moved into the .onnx file.
 */
int32_t onnxsplit_open(const onnxsplit_options *options, onnxsplit_model *model);

/* Number of an open model's parts; -1 if it is none. */
int32_t onnxsplit_part_count(onnxsplit_model model);

/*
 * Describes a part: 0 is the .onnx file, then come its data files, as ONNX Runtime's
 * AddExternalInitializersFromFilesInMemory takes them. A data file that the model calls by two names is there twice.
 */
int32_t onnxsplit_part_at(onnxsplit_model model, int32_t index, onnxsplit_part *part);

/*
 * Zeroes what was restored and unmaps it: not before the last session that borrows it is gone, and not while another
 * thread still reads it. 0 is left alone; what is closed already is refused.
 */
int32_t onnxsplit_close(onnxsplit_model model);

/* Code of this thread's last call that failed; ONNXSPLIT_OK if none has. */
int32_t onnxsplit_error_code(void);

/*
 * What was wrong and what to do about it, for people to read; "" if nothing has failed. It holds no secret. The
 * library's, until this thread's next call that fails.
 */
const char *onnxsplit_error_text(void);

/* The library's version, such as "0.1.0". The library's, for ever. */
const char *onnxsplit_version(void);

#ifdef __cplusplus
}
#endif

#endif
