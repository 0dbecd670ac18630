"""Where files are kept: the same settings for every program that keeps or reads them."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from gateways.files import FileStore


class FileSettings(BaseModel):
    """A folder, or a bucket with what opens it."""

    model_config = ConfigDict(frozen=True)

    files: str = Field(
        default=".jeg/files",
        description="Where pictures and documents are kept: a folder, or `s3://bucket/prefix`.",
    )
    s3_endpoint: str = Field(
        default="", description="URL of an S3 service that is not Amazon's; empty: Amazon's."
    )
    s3_region: str = Field(default="us-east-1", description="Region of the bucket.")
    s3_access_key_id: str = Field(default="", description="Key that may read and write there.")
    s3_secret_access_key: SecretStr = Field(default=SecretStr(""), description="Its secret.")

    def file_store(self) -> FileStore:
        """Where files are kept."""
        options = {
            "endpoint": self.s3_endpoint,
            "region": self.s3_region,
            "access_key_id": self.s3_access_key_id,
            "secret_access_key": self.s3_secret_access_key.get_secret_value(),
        }
        return FileStore(self.files, options)
