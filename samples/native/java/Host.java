import com.sun.jna.*;
import com.sun.jna.Structure.FieldOrder;
import com.sun.jna.ptr.LongByReference;
import java.security.MessageDigest;

/** Prints the SHA-256 of a protected model's restored parts: LIBRARY MODEL SECRETS DEVICE.pem VENDOR.crt */
interface Host extends Library {
    @FieldOrder({"path", "bytes", "length"})
    class Source extends Structure { public String path; public Pointer bytes; public long length; }
    @FieldOrder({"size", "files", "signerName", "passphrase", "audience", "dataFolder", "digests"})
    class Options extends Structure {
        public Source[] files = {new Source(), new Source(), new Source(), new Source()};
        public String signerName, passphrase, audience, dataFolder;
        public int digests;
        public long size = size();
    }
    @FieldOrder({"name", "data", "length"})
    class Part extends Structure { public String name; public Pointer data; public long length; }
    int onnxsplit_open(Options options, LongByReference model);
    int onnxsplit_part_count(long model);
    int onnxsplit_part_at(long model, int index, Part part);
    int onnxsplit_close(long model);
    String onnxsplit_error_text();

    static void main(String[] arguments) throws Exception {
        var library = Native.load(arguments[0], Host.class);
        var options = new Options();
        for (int i = 0; i < options.files.length; i++) options.files[i].path = arguments[i + 1];
        var model = new LongByReference();
        if (library.onnxsplit_open(options, model) != 0) throw new Exception(library.onnxsplit_error_text());
        var part = new Part();
        for (int i = 0; i < library.onnxsplit_part_count(model.getValue()); i++) {
            library.onnxsplit_part_at(model.getValue(), i, part);
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(part.data.getByteBuffer(0, part.length));
            System.out.println(java.util.HexFormat.of().formatHex(digest.digest()) + " " + part.name);
        }
        library.onnxsplit_close(model.getValue());
    }
}
