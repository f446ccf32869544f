//! Writes a protected model's restored .onnx file to standard output: MODEL SECRETS DEVICE.pem VENDOR.crt
use std::ffi::{CStr, CString};
use std::io::Write;
use std::os::raw::{c_char, c_void};
use std::ptr::null;

#[repr(C)]
struct Source { path: *const c_char, bytes: *const c_void, length: usize }

/// As in onnxsplit.h; the four files are model, secrets, identity and trust, the texts signer_name to data_folder.
#[repr(C)]
struct Options { size: usize, files: [Source; 4], texts: [*const c_char; 4], digests: i32 }

#[repr(C)]
struct Part { name: *const c_char, data: *const u8, length: u64 }

#[link(name = "onnxsplit")]
extern "C" {
    fn onnxsplit_open(options: *const Options, model: *mut u64) -> i32;
    fn onnxsplit_part_at(model: u64, index: i32, part: *mut Part) -> i32;
    fn onnxsplit_close(model: u64) -> i32;
    fn onnxsplit_error_text() -> *const c_char;
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let paths = std::env::args().skip(1).map(CString::new).collect::<Result<Vec<_>, _>>()?;
    let file = |index: usize| Source { path: paths[index].as_ptr(), bytes: null(), length: 0 };
    let files = [file(0), file(1), file(2), file(3)];
    let options = Options { size: std::mem::size_of::<Options>(), files, texts: [null(); 4], digests: 0 };
    let (mut model, mut part) = (0, Part { name: null(), data: null(), length: 0 });
    unsafe {
        if onnxsplit_open(&options, &mut model) != 0 || onnxsplit_part_at(model, 0, &mut part) != 0 {
            return Err(CStr::from_ptr(onnxsplit_error_text()).to_str()?.into());
        }
        let written = std::io::stdout().write_all(std::slice::from_raw_parts(part.data, part.length as usize));
        onnxsplit_close(model);
        Ok(written?)
    }
}
