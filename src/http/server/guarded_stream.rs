//! A client's connection: a limit on the wait for a client that does not read, and its end.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

/// How long, and how much, a client may still send of what nobody reads any more.
pub(super) const LONGEST_LINGER: Duration = Duration::from_secs(2);
pub(super) const LARGEST_LINGER: usize = 4 * 1024 * 1024;

/// A connection with a limit on every wait for the client to read.
#[derive(Debug)]
pub(crate) struct GuardedStream {
    stream: TcpStream,
    write_timeout: Duration,
    /// Runs while the client reads nothing.
    stalled: Option<Pin<Box<Sleep>>>,
    closing: Option<LingeringClose>,
}

#[derive(Debug)]
struct LingeringClose {
    taken: usize,
    patience: Pin<Box<Sleep>>,
}

impl GuardedStream {
    pub(crate) fn new(stream: TcpStream, write_timeout: Duration) -> Self {
        Self {
            stream,
            write_timeout,
            stalled: None,
            closing: None,
        }
    }

    fn unless_stalled<T>(
        &mut self,
        context: &mut Context<'_>,
        polled: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            self.stalled = None;
            return polled;
        }
        let timeout = self.write_timeout;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(timeout)));
        ready!(stalled.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for GuardedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for GuardedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.unless_stalled(context, polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.unless_stalled(context, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    /// Closes in two steps: first for writing, and then, once the client's last bytes are read,
    /// altogether.
    ///
    /// A connection that is closed while bytes wait unread is reset (RFC 1122, section 4.2.2.13),
    /// and the reset can erase the answer before the client has read it, such as the 413 to a body
    /// that it still sends. RFC 9112, section 9.6, describes this lingering close.
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self {
            stream, closing, ..
        } = &mut *self;
        if closing.is_none() {
            ready!(Pin::new(&mut *stream).poll_shutdown(context))?;
        }
        let closing = closing.get_or_insert_with(|| LingeringClose {
            taken: 0,
            patience: Box::pin(sleep(LONGEST_LINGER)),
        });
        let mut bytes = [0_u8; 16 * 1024];
        while closing.taken < LARGEST_LINGER {
            let mut buffer = ReadBuf::new(&mut bytes);
            match Pin::new(&mut *stream).poll_read(context, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {
                    closing.taken += buffer.filled().len();
                }
                Poll::Ready(_) => break,
                // A client that sends nothing is not waited for.
                Poll::Pending if closing.taken == 0 => break,
                Poll::Pending => {
                    ready!(closing.patience.as_mut().poll(context));
                    break;
                }
            }
        }
        Poll::Ready(Ok(()))
    }
}
